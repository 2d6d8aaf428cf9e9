using Shouldly;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;
using VideoStyle.Core.Stylizers;
using VideoStyle.Networks.Arbitrary;
using VideoStyle.Networks.Inference;
using VideoStyle.Networks.Weights;
using VideoStyle.Torch.Tensors;
using Xunit;

namespace VideoStyle.Networks.Tests.Arbitrary;

public sealed class ArbitraryStyleTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [NativeFact]
    public void Paint_SharesOfTwoStyles_AreTheSameMixedAsStatisticsAndAsFeatures()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var model = RandomAdain.Load(ScalarType.Float32);
        var (content, first, second) = Pictures();
        using var a = model.EncodeStyle(first);
        using var b = model.EncodeStyle(second);
        using var mixed = StyleStatistics.Interpolate([(a, 0.3), (b, 0.7)]);

        var byStatistics = model.Stylize(content, new StyleBlend(mixed)).ToArray<float>();
        var byFeatures = model.Stylize(content, new StyleBlend([(a, 0.3, null), (b, 0.7, null)], 1)).ToArray<float>();

        Largest(byStatistics, byFeatures).ShouldBeLessThan(1e-4);
        Largest(byStatistics, model.Stylize(content, new StyleBlend(a)).ToArray<float>()).ShouldBeGreaterThan(1e-2);
    }

    [NativeFact]
    public void Paint_WithMaps_EqualsEachStyleWhereItsMapIsOne()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var model = RandomAdain.Load(ScalarType.Float32);
        var (content, first, second) = Pictures();
        using var a = model.EncodeStyle(first);
        using var b = model.EncodeStyle(second);
        var ones = zeros(1, 1, 64, 96) + 1;
        // Half and half: a stylized sees 30 pixels and more around, so only the outer columns are free of the other style.
        var left = cat([zeros(1, 1, 64, 48) + 1, zeros(1, 1, 64, 48)], 3);

        var whole = model.Stylize(content, new StyleBlend([(a, 1, ones), (b, 1, ones - 1)], 1));
        var halves = model.Stylize(content, new StyleBlend([(a, 1, left), (b, 1, ones - left)], 1));

        var alone = model.Stylize(content, new StyleBlend(a));
        Largest(whole.ToArray<float>(), alone.ToArray<float>()).ShouldBeLessThan(1e-4);
        Largest(halves.narrow(3, 0, 8).ToArray<float>(), alone.narrow(3, 0, 8).ToArray<float>()).ShouldBeLessThan(1e-4);
        var other = model.Stylize(content, new StyleBlend(b));
        Largest(halves.narrow(3, 88, 8).ToArray<float>(), other.narrow(3, 88, 8).ToArray<float>()).ShouldBeLessThan(1e-4);
    }

    [NativeFact]
    public void Paint_WithoutStrength_DoesNotDependOnTheStyle()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var model = RandomAdain.Load(ScalarType.Float32);
        var (content, first, second) = Pictures();
        using var a = model.EncodeStyle(first);
        using var b = model.EncodeStyle(second);

        Largest(model.Stylize(content, new StyleBlend(a, 0)).ToArray<float>(), model.Stylize(content, new StyleBlend(b, 0)).ToArray<float>()).ShouldBe(0);
    }

    [NativeTheory]
    [InlineData(1, 1)]
    [InlineData(5, 17)]
    [InlineData(41, 30)]
    public void Stylize_FrameOfAnySize_GivesAFrameOfThatSize(int width, int height)
    {
        using var stylizer = Create(WritePicture("style.png", 80, 70, (x, y) => (byte)(3 * x + y)));
        using var frame = new FramePool().Rent(width, height);
        frame.Pixels.Fill(100);

        using var stylized = stylizer.Stylize(frame);

        (stylized.Width, stylized.Height).ShouldBe((width, height));
        stylized.ToRgb().ShouldAllBe(v => v >= 0 && v <= 1);
    }

    [NativeFact]
    public void Stylize_FrameWithMaps_IsStylizedByThem()
    {
        string[] styles = [WritePicture("a.png", 80, 70, (x, _) => (byte)(3 * x)), WritePicture("b.png", 80, 70, (x, y) => (byte)(x * y))];
        using var stylizer = Create(styles);
        using var frame = new FramePool().Rent(33, 21);
        Random random = new(1);
        random.NextBytes(frame.Pixels);
        frame.StyleWeights = new StyleWeights([0, 1]);
        using var second = stylizer.Stylize(frame);
        frame.StyleWeights = new StyleWeights([], new StyleMaps(1, 1, [[0f], [1f]]));

        using var stylized = stylizer.Stylize(frame);

        Largest(stylized.ToRgb(), second.ToRgb()).ShouldBeLessThan(1e-4);
    }

    [NativeFact]
    public void Warm_PictureOfOnePixel_ThrowsInputErrorThatNamesIt()
    {
        using var stylizer = Create(WritePicture("dot.png", 1, 1, (_, _) => 0));

        var error = Should.Throw<VideoStyleException>(stylizer.Warm);

        error.Kind.ShouldBe(ErrorKind.Input);
        error.Message.ShouldContain("dot.png: is 1×1");
    }

    [NativeFact]
    public void Read_PictureOf20000Pixels_IsReducedAndCutToItsMiddle()
    {
        using var scope = NewDisposeScope();
        var path = WritePicture("long.png", 20_000, 100, (x, _) => (byte)(x is > 9_000 and < 11_000 ? 200 : 10));

        var picture = StyleImage.Read(path, 128);

        picture.shape.ShouldBe([1, 3, 128, 512]);
        picture.mean().ToDouble().ShouldBe(200 / 255.0, 1e-2);
    }

    [NativeFact]
    public void Read_PictureThatClaims400MillionPixels_ThrowsInputErrorThatNamesIt()
    {
        var path = WritePicture("huge.png", 64, 64, (_, _) => 0);
        var bytes = File.ReadAllBytes(path);
        (bytes[18], bytes[19], bytes[22], bytes[23]) = (0x4E, 0x20, 0x4E, 0x20);
        File.WriteAllBytes(path, bytes);

        var error = Should.Throw<VideoStyleException>(() => StyleImage.Read(path, 128));

        error.Kind.ShouldBe(ErrorKind.Input);
        error.Message.ShouldContain("huge.png");
        error.Hint.ShouldNotBeNull().ShouldContain("smaller");
    }

    [NativeFact]
    public void IsImage_TellsByContentAndThenByName()
    {
        var picture = WritePicture("a.png", 2, 2, (_, _) => 0);
        var renamed = _folder["picture.model"];
        File.Copy(picture, renamed);

        StyleImage.IsImage(renamed).ShouldBeTrue();
        StyleImage.IsImage(RandomAdain.Decoder).ShouldBeFalse();
        StyleImage.IsImage("starry_night").ShouldBeFalse();
        StyleImage.IsImage("absent.JPG").ShouldBeTrue();
        StyleImage.IsImage("absent.pth").ShouldBeFalse();
    }

    [NativeFact]
    public void Open_NoFiles_ThrowsModelErrorThatSaysWhatToType()
    {
        WeightsStore store = new(null, _folder.Path);
        using (var ours = ArbitraryStyleMethod.Open("auto", store, CPU, ScalarType.Float32))
            ours.Name.ShouldBe("lite"); // comes with the program
        foreach (var method in ArbitraryStyleMethod.All.Select(m => m.Name).Where(m => m is not ("lite" or "recolor")))
        {
            var error = Should.Throw<VideoStyleException>(() => ArbitraryStyleMethod.Open(method, store, CPU, ScalarType.Float32));
            error.Kind.ShouldBe(ErrorKind.Model);
            error.Hint.ShouldNotBeNull().ShouldContain("VIDEOSTYLE_WEIGHTS");
        }
    }

    [NativeFact]
    public void Open_UnknownMethod_ThrowsUsageErrorWithTheKnownOnes() =>
        Should.Throw<VideoStyleException>(() => ArbitraryStyleMethod.Open("adian", new WeightsStore(null, _folder.Path), CPU, ScalarType.Float32))
            .Hint.ShouldNotBeNull().ShouldContain("adain, microast");

    [NativeFact]
    public void Open_FolderWithTheFilesOfOne_OpensIt()
    {
        var folder = Directory.CreateDirectory(_folder["mine/adain"]).FullName;
        File.Copy(RandomAdain.Decoder, Path.Combine(folder, "decoder.safetensors"));
        File.Copy(TinyVgg.Path, Path.Combine(folder, "vgg_normalised.safetensors"));

        using var model = ArbitraryStyleMethod.Open(_folder["mine"], new WeightsStore(null, _folder["none"]), CPU, ScalarType.Float32);

        model.Name.ShouldBe("adain");
    }

    [NativeFact]
    public void Open_DecoderForAnotherEncoder_ThrowsModelErrorThatNamesTheLayer()
    {
        var error = Should.Throw<VideoStyleException>(() => AdainModel.Load(TinyVgg(), TinyVgg(), CPU, ScalarType.Float32));

        error.Kind.ShouldBe(ErrorKind.Model);
        error.Message.ShouldContain("'block4_conv1_decode' is missing");

        static string TinyVgg() => VideoStyle.Tests.TinyVgg.Path;
    }

    [SharedDataFact]
    public void Paint_MicroAstWithoutStrength_LooksLikeTheFrame()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var model = ArbitraryStyleMethod.Open("microast", new WeightsStore(SharedData.Root, _folder.Path), CPU, ScalarType.Float32);
        var content = StyleImage.Read(SharedData.Path("photos/kodak/23.jpg"), 256).narrow(3, 0, 256).ToChannelsLast();
        using var style = model.EncodeStyle(StyleImage.Read(SharedData.Path("styles/the_scream_munch_1893.jpg"), 256));

        var none = model.Stylize(content, new StyleBlend(style, 0));
        var full = model.Stylize(content, new StyleBlend(style, 1));

        var original = content.ToArray<float>();
        Rms(none.ToArray<float>(), original).ShouldBeLessThan(0.15);
        Rms(full.ToArray<float>(), original).ShouldBeGreaterThan(Rms(none.ToArray<float>(), original));
    }

    public void Dispose() => _folder.Dispose();

    private static ArbitraryStylizer Create(params string[] pictures) =>
        ArbitraryStylizer.Create(
            (_, type) => RandomAdain.Load(type),
            pictures,
            new FirstUnlessGiven(pictures.Length),
            1,
            new StylizerOptions { Device = "cpu", Precision = Precision.F32 }
        );

    private string WritePicture(string name, int width, int height, Func<int, int, byte> value) =>
        _folder.Picture(name, width, height, i => value(i / 3 % width, i / 3 / width));

    private static (Tensor Content, Tensor First, Tensor Second) Pictures()
    {
        manual_seed(5);
        var content = rand(1, 3, 64, 96).ToChannelsLast();
        return (content, rand(1, 3, 64, 64) * 0.4, rand(1, 3, 64, 64).pow(3));
    }

    private static double Largest(float[] a, float[] b) => a.Zip(b, (x, y) => Math.Abs((double)x - y)).Max();

    private static double Rms(float[] a, float[] b) => Math.Sqrt(a.Zip(b, (x, y) => ((double)x - y) * (x - y)).Average());

    private sealed class FirstUnlessGiven(int count) : StyleAssignment
    {
        public override int Count => count;

        public override StyleWeights Decide(Frame frame) => new([.. Enumerable.Range(0, count).Select(i => i == 0 ? 1.0 : 0)]);
    }
}
