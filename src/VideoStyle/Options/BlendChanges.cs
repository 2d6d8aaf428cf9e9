using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using VideoStyle.Core.Compositing;

namespace VideoStyle;

/// <summary>What is changed of a mode's <see cref="BlendOptions"/>; null leaves the mode's own value.</summary>
public sealed record BlendChanges : IParsable<BlendChanges>
{
    /// <summary>Gets the temporal blend weight α of the previous stylized frame, 0 to below 1.</summary>
    public float? Weight { get; init; }

    /// <summary>Gets whether the motion's confidence scales the weight.</summary>
    public bool? Confidence { get; init; }

    /// <summary>Gets whether the previous stylized frame is warped by cubic convolution, else bilinearly.</summary>
    public bool? Cubic { get; init; }

    /// <summary>Gets whether the detail that warping and averaging cost is restored.</summary>
    public bool? Sharpen { get; init; }

    /// <summary>Reads <c>weight=0.9,cubic=off</c>.</summary>
    /// <param name="s">Comma-separated pairs.</param>
    /// <param name="provider">Not used.</param>
    /// <exception cref="FormatException">A pair is none of these.</exception>
    public static BlendChanges Parse(string s, IFormatProvider? provider)
    {
        ArgumentNullException.ThrowIfNull(s);
        var changes = new BlendChanges();
        foreach (var pair in s.Split(',', StringSplitOptions.TrimEntries))
        {
            var at = pair.IndexOf('=', StringComparison.Ordinal);
            var value = at < 0 ? "" : pair[(at + 1)..];
            bool? on = value switch { "on" => true, "off" => false, _ => null };
            changes = (at < 0 ? pair : pair[..at], on) switch
            {
                ("weight" or "keep", _) when float.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var weight) && weight is >= 0 and < 1 =>
                    changes with { Weight = weight },
                ("confidence", { }) => changes with { Confidence = on },
                ("cubic", { }) => changes with { Cubic = on },
                ("sharpen" or "detail", { }) => changes with { Sharpen = on },
                _ => throw new FormatException("takes weight=0..1 (below 1), and confidence=, cubic= and sharpen=on or off"),
            };
        }

        return changes;
    }

    /// <inheritdoc />
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, [MaybeNullWhen(false)] out BlendChanges result)
    {
        try
        {
            result = Parse(s ?? "", provider);
            return true;
        }
        catch (FormatException)
        {
            result = null;
            return false;
        }
    }

    /// <inheritdoc />
    public override string ToString() =>
        string.Join(',', new[]
        {
            Weight is { } weight ? string.Create(CultureInfo.InvariantCulture, $"weight={weight}") : null,
            Switch("confidence", Confidence), Switch("cubic", Cubic), Switch("sharpen", Sharpen),
        }.OfType<string>());

    internal BlendOptions Apply(BlendOptions options) =>
        options with
        {
            BlendWeight = Weight ?? options.BlendWeight,
            UseConfidence = Confidence ?? options.UseConfidence,
            CubicWarp = Cubic ?? options.CubicWarp,
            Sharpen = Sharpen ?? options.Sharpen,
        };

    private static string? Switch(string name, bool? on) => on is null ? null : $"{name}={(on.Value ? "on" : "off")}";
}
