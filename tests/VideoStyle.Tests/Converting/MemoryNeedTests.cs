using Shouldly;
using VideoStyle.Converting;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;
using Xunit;

namespace VideoStyle.Tests.Converting;

public sealed class MemoryNeedTests
{
    [Fact]
    public void Require_FramesThatClearlyDoNotFit_NamesBothSizes()
    {
        var error = Should.Throw<MemoryLimitException>(() => MemoryNeed.Require(WithLimit(900), "bomb.mp4", Frames(8192)));

        error.Kind.ShouldBe(ErrorKind.Runtime);
        error.Message.ShouldBe("bomb.mp4: frames of 8192x8192 need at least 7.1 GiB of memory, and 900 MiB may be used.");
    }

    [Fact]
    public void Require_FramesThatFit_AreTaken() => Should.NotThrow(() => MemoryNeed.Require(WithLimit(900), "clip.mp4", Frames(1024)));

    [Fact]
    public void Share_SeveralJobs_DivideTheLimit()
    {
        MemoryNeed.Share(new ByteSize(4L << 30), jobs: 4).ShouldBe(new ByteSize(1L << 30));
        MemoryNeed.Share(limit: null, jobs: 1).ShouldBeNull();
        MemoryNeed.Share(limit: null, jobs: 2)!.Value.Bytes.ShouldBeLessThan(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2);
    }

    private static StylerOptions WithLimit(long mebibytes) => new() { Compute = new ComputeOptions { MaxMemory = new ByteSize(mebibytes << 20) } };

    private static VideoInfo Frames(int size) => new() { Name = "frames", Width = size, Height = size, TimeBase = new Rational(1, 25) };
}
