using Shouldly;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Flow;
using VideoStyle.Core.Media;
using VideoStyle.Metrics.Flow;
using VideoStyle.Native.Files;
using VideoStyle.Native.Media;
using VideoStyle.Torch.Tensors;
using Xunit;

namespace VideoStyle.Metrics.Tests.Flow;

public sealed class KittiFlowTests : IDisposable
{
    private static readonly RawPng Codec = new();
    private readonly string _file = Path.Combine(Directory.CreateTempSubdirectory("videostyle-kitti-").FullName, "flow.png");

    [Fact]
    public void WriteThenRead_SixtyFourthsOfAPixel_KeepsThem()
    {
        var random = new Random(1);
        var vectors = Enumerable.Range(0, 2 * 53 * 37).Select(_ => random.Next(-32768, 32768) / 64f).ToArray();

        FlowFile.Write(_file, new FlowField(53, 37, vectors), Codec);

        FlowFile.Read(_file, Codec).Vectors.ShouldBe(vectors);
    }

    [Fact]
    public void WriteThenRead_OutOfRangeAndUnknown_BecomeUnknown()
    {
        KittiFlow.Write(_file, new FlowField(3, 1, [600, 0, FlowVector.Unknown, FlowVector.Unknown, 1, -1]), Codec);

        KittiFlow.Read(_file, Codec).Vectors.ShouldBe([FlowVector.Unknown, FlowVector.Unknown, FlowVector.Unknown, FlowVector.Unknown, 1, -1]);
    }

    [Fact]
    public void Read_SamplesOfTheDevelopmentKit_FollowsItsFormula()
    {
        // u = (I(0) − 2¹⁵) / 64, valid where I(2) is not 0; here of 2¹⁵ + 64, 2¹⁵ − 96 and twice 40000.
        Codec.Write(_file, new PngImage(2, 1, 3, 16, [0x80, 0x40, 0x7F, 0xA0, 0, 1, 0x9C, 0x40, 0x9C, 0x40, 0, 0]));

        KittiFlow.Read(_file, Codec).Vectors.ShouldBe([1, -1.5f, FlowVector.Unknown, FlowVector.Unknown]);
    }

    [Fact]
    public void Read_EightBitImage_ThrowsInputErrorThatSaysWhatItIs()
    {
        Codec.Write(_file, new PngImage(2, 2, 3, 8, new byte[12]));

        var error = Should.Throw<VideoStyleException>(() => KittiFlow.Read(_file, Codec));
        error.Kind.ShouldBe(ErrorKind.Input);
        error.Message.ShouldContain("3 channels of 8 bits");
    }

    [Fact]
    public void ReadMask_WhatWriteWrote_IsTheSame()
    {
        var mask = new ValidityMask(5, 3, [.. Enumerable.Range(0, 15).Select(i => (byte)(17 * i))]);

        mask.Write(_file, Codec);

        ValidityMask.Read(_file, Codec).Certainty.ShouldBe(mask.Certainty);
    }

    [Fact]
    public void ReadMask_SixteenBits_ThrowsInputError()
    {
        Codec.Write(_file, new PngImage(1, 1, 3, 16, [0, 1, 0, 2, 0, 3]));
        Should.Throw<VideoStyleException>(() => ValidityMask.Read(_file, Codec)).Kind.ShouldBe(ErrorKind.Input);
    }

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_file)!, recursive: true);

    [MediaFact]
    public void WriteThenRead_FlowAsKitti_KeepsSixtyFourthsOfAPixel()
    {
        using var folder = new TempFolder();
        var random = new Random(1);
        var vectors = Enumerable.Range(0, 2 * 53 * 37).Select(_ => random.Next(-32768, 32768) / 64f).ToArray();

        FlowFile.Write(folder["flow.png"], new FlowField(53, 37, vectors), new PngFile());

        FlowFile.Read(folder["flow.png"], new PngFile()).Vectors.ShouldBe(vectors);
    }
}
