# libtorch: 1.13 from the distribution, or any 2.x through -DTorch_DIR=.../share/cmake/Torch or the variable LIBTORCH.
if(NOT Torch_DIR AND DEFINED ENV{LIBTORCH})
  set(Torch_DIR $ENV{LIBTORCH}/share/cmake/Torch)
endif()
find_package(Torch QUIET)
if(NOT Torch_FOUND)
  message(STATUS "libtorch was not found: stylizing and training are left out")
  return()
endif()
message(STATUS "libtorch ${Torch_VERSION}: ${TORCH_INSTALL_PREFIX}")

# A library of its own, loaded when the first tensor is made: what only decodes, measures or waits for files does without
# libtorch's quarter of a second and 140 MB.
add_library(videostyle_torch SHARED)
target_include_directories(videostyle_torch PRIVATE include)
target_compile_features(videostyle_torch PRIVATE cxx_std_17)
# Headers from 2.9 on use C++20.
if(Torch_VERSION VERSION_GREATER_EQUAL 2.9)
  target_compile_features(videostyle_torch PRIVATE cxx_std_20)
endif()
set(torch_sources src/torch_tensor.cpp src/torch_operator.cpp src/torch_device.cpp
                  src/torch_memory.cpp src/torch_norm.cpp src/torch_norm_rows.cpp src/torch_norm_strips.cpp src/torch_convolution.cpp src/torch_gram.cpp src/torch_image.cpp src/torch_pad.cpp)
target_sources(videostyle_torch PRIVATE ${torch_sources})
# The kernels' inner loops are written to be vectorised, which -O2 of older compilers does not do.
set_source_files_properties(${torch_sources} PROPERTIES COMPILE_OPTIONS "-O3;-fno-math-errno;-fno-trapping-math")
target_include_directories(videostyle_torch SYSTEM PRIVATE ${TORCH_INCLUDE_DIRS})
target_compile_definitions(videostyle_native PRIVATE VS_WITH_TORCH)
separate_arguments(torch_flags UNIX_COMMAND "${TORCH_CXX_FLAGS}")
target_compile_options(videostyle_torch PRIVATE ${torch_flags})
target_link_libraries(videostyle_torch PRIVATE videostyle_native ${TORCH_LIBRARIES})
vs_library(videostyle_torch)
