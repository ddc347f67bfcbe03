"""lpt: a compiler for quantized neural networks."""
