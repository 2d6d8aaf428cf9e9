using VideoStyle.Core.Media;
using VideoStyle.Core.Pipeline;

namespace VideoStyle.Cli.Converting;

/// <summary>Is told what a conversion does, on one thread at a time.</summary>
internal interface IConversionReporter : IDisposable
{
    /// <summary>The input is open, the style is loaded, the first frame is about to be read.</summary>
    void Started(ConversionRequest request, VideoInfo input, string stylizer);

    /// <summary>Something worth knowing that does not stop the conversion.</summary>
    void Noted(string note);

    /// <summary>A frame was written.</summary>
    void Progressed(PipelineReport report);

    /// <summary>The output is in its place.</summary>
    void Finished(ConversionRequest request, PipelineReport report);
}
