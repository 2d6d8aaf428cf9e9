# What TorchSharp's calls are resolved in first; see torchsharp_scalar.cpp. The stand-in only gives the linker the name of
# TorchSharp's own library, which is loaded before this one.
file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/stand_in.cpp "")
add_library(torchsharp_stand_in SHARED ${CMAKE_CURRENT_BINARY_DIR}/stand_in.cpp)
set_target_properties(torchsharp_stand_in PROPERTIES OUTPUT_NAME LibTorchSharp
                      LIBRARY_OUTPUT_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/stand-in)
add_library(videostyle_torchsharp SHARED src/torchsharp_scalar.cpp)
target_compile_features(videostyle_torchsharp PRIVATE cxx_std_17)
target_compile_options(videostyle_torchsharp PRIVATE -Wall -Wextra)
set_target_properties(videostyle_torchsharp PROPERTIES CXX_VISIBILITY_PRESET hidden SKIP_BUILD_RPATH ON)
target_link_options(videostyle_torchsharp PRIVATE "LINKER:--no-as-needed")
target_link_libraries(videostyle_torchsharp PRIVATE torchsharp_stand_in)
