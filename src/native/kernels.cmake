# Kernels for networks over raw pointers; they need no library. A compiler's -O2 may not vectorise, and errno and traps
# forbid it for some loops.
set(kernel_sources src/kernels.cpp src/kernels_flow.cpp src/kernels_image.cpp src/kernels_norm.cpp src/kernels_norm_backward.cpp
                   src/kernels_norm_rows.cpp src/kernels_norm_tiles.cpp)
target_sources(videostyle_native PRIVATE ${kernel_sources})
set_source_files_properties(${kernel_sources} PROPERTIES COMPILE_OPTIONS "-O3;-fno-math-errno;-fno-trapping-math")
target_compile_definitions(videostyle_native PRIVATE VS_WITH_KERNELS)
