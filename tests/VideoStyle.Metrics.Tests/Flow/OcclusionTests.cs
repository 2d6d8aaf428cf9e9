using Shouldly;
using VideoStyle.Core.Flow;
using VideoStyle.Metrics.Flow;
using VideoStyle.Native.Files;
using Xunit;

namespace VideoStyle.Metrics.Tests.Flow;

public sealed class OcclusionTests
{
    [Theory]
    [InlineData(OcclusionProfile.Lai18)]
    [InlineData(OcclusionProfile.Ruder16)]
    [InlineData(OcclusionProfile.Ruder18)]
    [InlineData(OcclusionProfile.HiddenOnly)]
    public void Check_RandomFields_AgreesWithTheDefinitionInPythonPixelForPixel(OcclusionProfile profile)
    {
        var folder = Directory.CreateTempSubdirectory("videostyle-occlusion-").FullName;
        try
        {
            foreach (var (width, height, seed) in new[] { (53, 37, 1), (8, 5, 2), (3, 2, 3), (1, 1, 4) })
            {
                var (flow, opposite) = (Wavy(width, height, seed, 1), Wavy(width, height, seed, -1));
                MiddleburyFlow.Write(Path.Combine(folder, "a.flo"), flow);
                MiddleburyFlow.Write(Path.Combine(folder, "b.flo"), opposite);
                var expected = Recorded.Text(
                    $"occlusion.{profile}.{width}x{height}.txt".ToLowerInvariant(), "occlusion.py", profile.ToString().ToLowerInvariant(), Path.Combine(folder, "a.flo"), Path.Combine(folder, "b.flo"));

                var mask = Occlusion.Check(flow, opposite, profile);

                Convert.ToHexStringLower(mask.Certainty).ShouldBe(expected.Trim(), $"{width}x{height}");
                if (width > 50)
                    mask.Coverage.ShouldBeInRange(0.1, 0.9); // a mask of one value would prove nothing
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Check_NoMotion_IsValidEverywhereInLai18AndUpToTheLastRowAndColumnInRuder18()
    {
        var still = new FlowField(20, 12, new float[480]);

        Occlusion.Check(still, still, OcclusionProfile.Lai18).Coverage.ShouldBe(1);
        // The authors want all four neighbors of the target inside, which those of the last row and column are not.
        var hidden = Occlusion.Check(still, still, OcclusionProfile.HiddenOnly).Certainty;
        for (var y = 0; y < 12; y++)
            for (var x = 0; x < 20; x++)
                hidden[y * 20 + x].ShouldBe(x < 19 && y < 11 ? (byte)255 : (byte)0);
        Occlusion.Check(still, still, OcclusionProfile.Ruder18).Certainty.Count(c => c == 255).ShouldBe(16 * 8);
    }

    [Fact]
    public void Check_MotionOutOfTheFrame_IsValidOnlyInLai18()
    {
        var (right, left) = (Constant(20, 12, 5, 0), Constant(20, 12, -5, 0));

        Occlusion.Check(right, left, OcclusionProfile.Lai18).Coverage.ShouldBe(1);
        Occlusion.Check(right, left, OcclusionProfile.HiddenOnly).Certainty[14].ShouldBe((byte)0);
        Occlusion.Check(right, left, OcclusionProfile.HiddenOnly).Certainty[13].ShouldBe((byte)255);
    }

    [Fact]
    public void Check_FlowsThatDoNotCancel_IsValidNowhere()
    {
        var right = Constant(20, 12, 2, 0);
        foreach (var profile in Enum.GetValues<OcclusionProfile>())
            Occlusion.Check(right, right, profile).Coverage.ShouldBe(0, profile.ToString());
    }

    [Fact]
    public void Check_UnknownFlow_IsNotValidThere()
    {
        var still = new FlowField(20, 12, new float[480]);
        var unknown = new FlowField(20, 12, new float[480]);
        unknown.Vectors[2 * (5 * 20 + 5)] = FlowVector.Unknown;
        foreach (var profile in new[] { OcclusionProfile.Lai18, OcclusionProfile.HiddenOnly, OcclusionProfile.Ruder18 })
        {
            Occlusion.Check(unknown, still, profile).Certainty[5 * 20 + 5].ShouldBe((byte)0, profile.ToString());
            Occlusion.Check(still, unknown, profile).Certainty[5 * 20 + 5].ShouldBe((byte)0, profile.ToString());
        }
    }

    [Fact]
    public void Check_FieldsOfTwoSizes_ThrowsArgumentError() =>
        Should.Throw<ArgumentException>(() => Occlusion.Check(Constant(2, 2, 0, 0), Constant(2, 3, 0, 0), OcclusionProfile.Lai18));

    private static FlowField Constant(int width, int height, float dx, float dy) =>
        new(width, height, [.. Enumerable.Range(0, 2 * width * height).Select(i => i % 2 == 0 ? dx : dy)]);

    /// <summary>Smooth motion with noise, mostly undone by the opposite field, so that every rule decides some pixels.</summary>
    private static FlowField Wavy(int width, int height, int seed, int sign)
    {
        var random = new Random(100 * seed + sign);
        var vectors = new float[2 * width * height];
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
            {
                var noise = x > width / 2 ? 0.6 : 0.02;
                vectors[2 * (y * width + x)] = (float)(sign * (3 + Math.Sin(0.05 * x) + (y > height / 2 ? 4 : 0)) + noise * (random.NextDouble() - 0.5));
                vectors[2 * (y * width + x) + 1] = (float)(sign * Math.Cos(0.07 * y) + noise * (random.NextDouble() - 0.5));
            }

        return new FlowField(width, height, vectors);
    }
}
