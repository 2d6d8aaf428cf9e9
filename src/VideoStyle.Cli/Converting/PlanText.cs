using System.Globalization;
using VideoStyle.Cli.Output;
using VideoStyle.Core;
using VideoStyle.Native.Files;

namespace VideoStyle.Cli.Converting;

/// <summary>Writes what a conversion would do to standard output.</summary>
internal static class PlanText
{
    /// <summary>Writes a plan.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="style">The style's name.</param>
    /// <param name="json">Whether as one JSON object, or for people.</param>
    public static void Write(ConversionPlan plan, string style, bool json)
    {
        if (json)
        {
            JsonLine.Write(new
            {
                v = 1,
                type = "plan",
                input = plan.Input,
                output = plan.Output,
                style,
                stylizer = plan.Stylizer,
                coherence = plan.Coherence,
                width = plan.Video.Width,
                height = plan.Video.Height,
                frames = plan.Video.FrameCount,
                seconds = plan.Video.Duration?.TotalSeconds,
                estimatedBytes = plan.EstimatedBytes,
                freeBytes = plan.FreeBytes,
            });
            return;
        }

        Console.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"""
            {plan.Input} → {plan.Output}
              paint  {plan.Stylizer}, coherence {plan.Coherence.ToString().ToLowerInvariant()}
              video  {plan.Video.Width}x{plan.Video.Height}, {(plan.Video.FrameCount is { } frames ? Counted.Of(frames, "frame") : "length not stated")}
              disk   {(plan.EstimatedBytes is { } bytes ? $"about {SizeText.Of(bytes)}" : "not known")}{(plan.FreeBytes is { } free ? $", {SizeText.Of(free)} free" : "")}
            """));
    }
}
