namespace VideoStyle.Torch.Files;

/// <summary>A Python dictionary whose keys are strings or integers; entries with other keys are left out.</summary>
internal sealed class PickleDictionary
{
    private readonly Dictionary<string, object?> _entries = new(StringComparer.Ordinal);

    internal IReadOnlyDictionary<string, object?> Entries => _entries;

    internal void Set(object? key, object? value)
    {
        if (key is string text)
            _entries[text] = value;
        else if (key is long number)
            _entries[number.ToString(System.Globalization.CultureInfo.InvariantCulture)] = value;
    }
}
