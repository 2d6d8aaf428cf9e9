using System.Globalization;
using VideoStyle.Cli.Output;
using VideoStyle.Core.Media;

namespace VideoStyle.Cli.Converting;

/// <summary>What a conversion would do.</summary>
/// <param name="Request">What was asked for.</param>
/// <param name="Output">What would be written; its frame count may be an estimate.</param>
/// <param name="Stylizer">Style, precision and device.</param>
/// <param name="Bytes">How large the output would be, guessed; null where the length is not known or nothing is stored.</param>
/// <param name="FreeBytes">How much is free for it; null where that is not known.</param>
internal sealed record ConversionPlan(ConversionRequest Request, VideoInfo Output, string Stylizer, long? Bytes, long? FreeBytes)
{
    /// <summary>Writes the plan to standard output.</summary>
    /// <param name="json">Whether as one JSON object, or for people.</param>
    public void Write(bool json)
    {
        if (json)
        {
            JsonLine.Write(new
            {
                v = 1,
                type = "plan",
                input = Request.Input,
                output = Request.Output,
                style = Request.Style,
                stylizer = Stylizer,
                coherence = Request.Coherence,
                width = Output.Width,
                height = Output.Height,
                frames = Output.FrameCount,
                seconds = Output.Duration?.TotalSeconds,
                estimatedBytes = Bytes,
                freeBytes = FreeBytes,
            });
            return;
        }

        Console.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"""
            {Request.Input} → {Request.Output}
              paint  {Stylizer}, coherence {Request.Coherence.ToString().ToLowerInvariant()}
              video  {Output.Width}x{Output.Height}, {(Output.FrameCount is { } frames ? $"{frames} frames" : "length not stated")}
              disk   {(Bytes is { } bytes ? $"about {DiskSpace.Size(bytes)}" : "not known")}{(FreeBytes is { } free ? $", {DiskSpace.Size(free)} free" : "")}
            """));
    }
}
