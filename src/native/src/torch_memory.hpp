// See torch_memory.cpp.
#pragma once

namespace vs {

/// Makes libtorch take host memory from the cache of blocks; before the first tensor.
void use_block_cache();

} // namespace vs
