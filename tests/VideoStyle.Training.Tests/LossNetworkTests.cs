using Shouldly;
using VideoStyle.Core.Errors;
using VideoStyle.Networks;
using VideoStyle.Networks.Loss;
using VideoStyle.Torch.Files;
using VideoStyle.Torch.Tensors;
using Xunit;

namespace VideoStyle.Training.Tests;

public sealed class LossNetworkTests
{
    [SharedDataFact]
    public void Features_OfAPhoto_AreNormalisedInEveryLayer()
    {
        // The published weights were scaled by Gatys et al. so that activations average to 1 over ImageNet; a photo comes near.
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var vgg = LossNetwork.Load(SharedData.Path("weights/vgg19/vgg19_normalised_relu4_1.npz"), CPU, ScalarType.Float32);
        var photo = Pixels.Read(SharedData.Path("photos/kodak/23.jpg"), 256);
        foreach (var features in vgg.Features(photo))
            features.mean().ToDouble().ShouldBeInRange(0.5, 1.3);
    }

    [NativeFact(VideoStyle.Native.NativeUnits.Kernels | VideoStyle.Native.NativeUnits.Media)]
    public void Features_InBFloat16_AreThoseInFloatUpToItsPrecision()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var exact = LossNetwork.Load(RandomWeights.Vgg, CPU, ScalarType.Float32);
        using var half = LossNetwork.Load(RandomWeights.Vgg, CPU, ScalarType.BFloat16);
        var photo = Pixels.Read(Fixtures.Path("images/content.png"), 70);
        foreach (var (a, b) in exact.Features(photo).Zip(half.Features(photo)))
            ((a - b.to(ScalarType.Float32)).pow(2).mean().ToDouble() / a.pow(2).mean().ToDouble()).ShouldBeLessThan(1e-3);
    }

    [NativeFact(VideoStyle.Native.NativeUnits.Kernels)]
    public void Load_TorchvisionNames_GivesTheSameFeaturesFromItsOwnPreparation()
    {
        // The same picture prepared by either rule is the same tensor once the first layer's weights undo the difference.
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var caffe = TensorFile.Read(TinyVgg.Path).Tensors.ToDictionary(t => t.Key, t => t.Value.ToTensor());
        string[] indices = ["0", "2", "5", "7", "10", "12", "14", "16", "19"];
        string[] names = ["1_1", "1_2", "2_1", "2_2", "3_1", "3_2", "3_3", "3_4", "4_1"];
        var torchvision = new Dictionary<string, Tensor>();
        for (var i = 0; i < names.Length; i++)
        {
            torchvision[$"features.{indices[i]}.weight"] = caffe[$"conv{names[i]}.weight"];
            torchvision[$"features.{indices[i]}.bias"] = caffe[$"conv{names[i]}.bias"];
        }

        // Blue-green-red 0–255 against red-green-blue over the deviation: reorder the inputs and rescale them.
        var deviations = HostTensor.From<float>([0.229f, 0.224f, 0.225f], 1, 3, 1, 1) * 255;
        torchvision["features.0.weight"] = caffe["conv1_1.weight"].flip(1) * deviations;
        var path = System.IO.Path.Combine(Directory.CreateTempSubdirectory("videostyle-vgg").FullName, "vgg19.safetensors");
        SafetensorsWriter.Write(path, torchvision, ScalarType.Float32, new Dictionary<string, string>());
        using var first = TinyVgg.Load(ScalarType.Float32);
        using var second = LossNetwork.Load(path, CPU, ScalarType.Float32);

        // A picture of both means, where what is left to differ is the rounding of 0.485 · 255 against 123.68.
        manual_seed(5);
        var picture = rand(1, 3, 32, 32);
        foreach (var (a, b) in first.Features(picture).Zip(second.Features(picture)))
            ((a - b).pow(2).mean().ToDouble() / a.pow(2).mean().ToDouble()).ShouldBeLessThan(1e-4);
    }

    [Fact]
    public void Load_AnotherNetwork_ThrowsModelErrorThatSaysHowToGetTheWeights()
    {
        var path = Fixtures.Style("great_wave");
        var error = Should.Throw<VideoStyleException>(() => LossNetwork.Load(path, CPU, ScalarType.Float32));
        error.Kind.ShouldBe(ErrorKind.Model);
        error.Message.ShouldContain(path);
        error.Hint!.ShouldContain("videostyle weights");
    }
}
