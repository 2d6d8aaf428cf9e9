using Shouldly;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Flow;
using VideoStyle.Core.Media.Png;
using Xunit;

namespace VideoStyle.Core.Tests.Flow;

public sealed class KittiFlowTests : IDisposable
{
    private readonly string _file = Path.Combine(Directory.CreateTempSubdirectory("videostyle-kitti-").FullName, "flow.png");

    [Fact]
    public void WriteThenRead_SixtyFourthsOfAPixel_KeepsThem()
    {
        var random = new Random(1);
        var vectors = Enumerable.Range(0, 2 * 53 * 37).Select(_ => random.Next(-32768, 32768) / 64f).ToArray();

        FlowFile.Write(_file, new FlowField(53, 37, vectors));

        FlowFile.Read(_file).Vectors.ShouldBe(vectors);
    }

    [Fact]
    public void WriteThenRead_OutOfRangeAndUnknown_BecomeUnknown()
    {
        KittiFlow.Write(_file, new FlowField(3, 1, [600, 0, FlowVector.Unknown, FlowVector.Unknown, 1, -1]));

        KittiFlow.Read(_file).Vectors.ShouldBe([FlowVector.Unknown, FlowVector.Unknown, FlowVector.Unknown, FlowVector.Unknown, 1, -1]);
    }

    [Fact]
    public void Read_SamplesOfTheDevelopmentKit_FollowsItsFormula()
    {
        // u = (I(0) − 2¹⁵) / 64, valid where I(2) is not 0.
        File.WriteAllBytes(_file, PngWriter.Encode16(2, 1, [32768 + 64, 32768 - 96, 1, 40000, 40000, 0]));

        KittiFlow.Read(_file).Vectors.ShouldBe([1, -1.5f, FlowVector.Unknown, FlowVector.Unknown]);
    }

    [Fact]
    public void Read_EightBitPicture_ThrowsInputErrorThatSaysWhatItIs()
    {
        File.WriteAllBytes(_file, PngWriter.Encode(2, 2, channels: 3, new byte[12]));

        var error = Should.Throw<VideoStyleException>(() => KittiFlow.Read(_file));
        error.Kind.ShouldBe(ErrorKind.Input);
        error.Message.ShouldContain("3 channels of 8 bits");
    }

    [Fact]
    public void ReadMask_WhatWriteWrote_IsTheSame()
    {
        var mask = new ValidityMask(5, 3, [.. Enumerable.Range(0, 15).Select(i => (byte)(17 * i))]);

        mask.Write(_file);

        ValidityMask.Read(_file).Certainty.ShouldBe(mask.Certainty);
    }

    [Fact]
    public void ReadMask_SixteenBits_ThrowsInputError()
    {
        File.WriteAllBytes(_file, PngWriter.Encode16(1, 1, [1, 2, 3]));
        Should.Throw<VideoStyleException>(() => ValidityMask.Read(_file)).Kind.ShouldBe(ErrorKind.Input);
    }

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_file)!, recursive: true);
}
