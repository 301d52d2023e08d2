target_sources(tacho_graph_ir PRIVATE
  references/family.cc
  references/fbnet.cc
  references/nasbench201.cc
  references/reference.cc
  references/families/alexnet.cc
  references/families/blocks.cc
  references/families/efficientnet.cc
  references/families/families.cc
  references/families/googlenet.cc
  references/families/mnasnet.cc
  references/families/mobilenetv2.cc
  references/families/mobilenetv3.cc
  references/families/nasbench201_variant.cc
  references/families/resnet.cc
  references/families/squeezenet.cc
  references/families/vgg.cc
  references/families/vit.cc)
