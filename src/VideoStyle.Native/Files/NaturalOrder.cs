namespace VideoStyle.Native.Files;

/// <summary>Orders names so that <c>frame_2</c> comes before <c>frame_10</c>.</summary>
/// <remarks><c>CompareOptions.NumericOrdering</c> needs ICU, and the tool runs without: there it compares digit by digit.</remarks>
internal sealed class NaturalOrder : IComparer<string>
{
    internal static readonly NaturalOrder Instance = new();

    public int Compare(string? x, string? y)
    {
        var (a, b) = (x ?? "", y ?? "");
        int i = 0,
            j = 0;
        while (i < a.Length && j < b.Length)
        {
            if (!char.IsAsciiDigit(a[i]) || !char.IsAsciiDigit(b[j]))
            {
                if (a[i] != b[j])
                    return a[i].CompareTo(b[j]);
                i++;
                j++;
                continue;
            }

            var (first, second) = (Digits(a, ref i), Digits(b, ref j));
            var order = first.Length != second.Length
                ? first.Length.CompareTo(second.Length)
                : first.AsSpan().SequenceCompareTo(second);
            if (order != 0)
                return order;
        }

        var rest = (a.Length - i).CompareTo(b.Length - j);
        return rest != 0 ? rest : string.CompareOrdinal(a, b);
    }

    private static string Digits(string text, ref int at)
    {
        var start = at;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
            at++;
        return text[start..at].TrimStart('0');
    }
}
