# What every target of ours is compiled with, as one interface target.
add_library(tacho_options INTERFACE)
target_include_directories(tacho_options INTERFACE ${PROJECT_SOURCE_DIR}/src)
target_compile_options(tacho_options INTERFACE -Wall -Wextra -Wpedantic -Wnon-virtual-dtor
                       # GCC 12 sees faults inside boost::container::small_vector and std::optional of one
                       # that cannot happen; the sanitizer build looks for the real ones
                       -Wno-stringop-overread -Wno-stringop-overflow -Wno-array-bounds
                       -Wno-maybe-uninitialized)
if(TACHO_WERROR)
  target_compile_options(tacho_options INTERFACE -Werror)
endif()
if(TACHO_SANITIZE)
  target_compile_options(tacho_options INTERFACE -fsanitize=address,undefined
                         -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(tacho_options INTERFACE -fsanitize=address,undefined)
endif()
