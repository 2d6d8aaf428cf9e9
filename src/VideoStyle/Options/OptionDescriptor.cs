using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using VideoStyle.Core.Options;

namespace VideoStyle;

/// <summary>One option of a record of options: its name, its limits, and how its value is read and written as text.</summary>
public sealed class OptionDescriptor
{
    private readonly IReadOnlyList<PropertyInfo> _path;
    private readonly Type _elementType;
    private readonly RangeAttribute? _range;
    private readonly bool _default;
    private readonly bool _distinct;

    internal OptionDescriptor(IReadOnlyList<PropertyInfo> path, OptionAttribute attribute, object defaults)
    {
        _path = path;
        var type = Nullable.GetUnderlyingType(path[^1].PropertyType) ?? path[^1].PropertyType;
        IsList = type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>);
        _elementType = IsList ? type.GetGenericArguments()[0] : type;
        (Name, Aliases, IsPerRun) = (attribute.Name, attribute.Aliases, attribute.PerRun);
        _distinct = attribute.Distinct;
        IsFlag = type == typeof(bool);
        _range = path[^1].GetCustomAttribute<RangeAttribute>();
        Choices = _elementType.IsEnum ? [.. OptionText.Names(_elementType)] : NamesOf(attribute.Choices);
        Description = attribute.Description
            + (Choices.Count > 0 ? $" One of {string.Join(", ", Choices)}." : "")
            + (attribute.Suggestions is null ? "" : $" Known: {string.Join(", ", NamesOf(attribute.Suggestions))}.")
            + (_range is null ? "" : $" {char.ToUpperInvariant(Limits(_range)[0])}{Limits(_range)[1..]}.");
        ValueName = attribute.ValueName ?? "VALUE";
        var value = ValueIn(defaults);
        _default = value is true;
        DefaultText = IsFlag || value is null ? null : OptionText.Format(value) is { Length: > 0 } text ? text : null;
    }

    /// <summary>Gets the name in kebab case, without dashes.</summary>
    public string Name { get; }

    /// <summary>Gets other names, without dashes.</summary>
    public IReadOnlyList<string> Aliases { get; }

    /// <summary>Gets the name of the property that holds the option's record, or an empty text where the record is the outermost one.</summary>
    public string Topic => _path.Count > 1 ? _path[^2].Name : "";

    /// <summary>Gets what the option does.</summary>
    public string Description { get; }

    /// <summary>Gets what the help calls the value.</summary>
    public string ValueName { get; }

    /// <summary>Gets the only values, or nothing where others are taken.</summary>
    public IReadOnlyList<string> Choices { get; }

    /// <summary>Gets whether the option takes no value.</summary>
    public bool IsFlag { get; }

    /// <summary>Gets whether the option takes several values.</summary>
    public bool IsList { get; }

    /// <summary>Gets whether the option belongs to one run and not to a preset.</summary>
    public bool IsPerRun { get; }

    /// <summary>Gets the default as text, or null where there is none, or it is told in the description.</summary>
    public string? DefaultText { get; }

    /// <summary>Gets how messages of the library name the option: <c>VideoOptions.MaxSize</c>.</summary>
    public string Property => $"{_path[^1].DeclaringType!.Name}.{_path[^1].Name}";

    /// <summary>Finds out whether texts are values of the option.</summary>
    /// <param name="texts">One for each value; a flag takes <c>true</c> or <c>false</c>.</param>
    /// <returns>Null, or what is wrong, to be put behind the option's name: <c>takes 16 to 16384, not 7</c>.</returns>
    public string? Check(IReadOnlyList<string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        try
        {
            Parse(texts);
            return null;
        }
        catch (FormatException e)
        {
            return e.Message;
        }
    }

    internal object With(object options, IReadOnlyList<string> texts) => With(options, 0, Parse(texts));

    internal string? TextIn(object options) =>
        ValueIn(options) is not { } value ? null
        : IsFlag ? (value is true != _default ? "true" : "false")
        : OptionText.Format(value) is { Length: > 0 } text ? text : null;

    private object Parse(IReadOnlyList<string> texts)
    {
        if (IsFlag)
            return texts is ["true"] ? !_default : texts is ["false"] ? _default : throw new FormatException("takes true or false");
        var values = texts.SelectMany(text => IsList && (_elementType.IsValueType || Choices.Count > 0) ? text.Split(',', StringSplitOptions.TrimEntries) : [text]).Select(ParseOne).ToList();
        if (!IsList)
            return values is [var only] ? only : throw new FormatException("takes one value");
        if (_distinct && values.GroupBy(value => value).FirstOrDefault(group => group.Skip(1).Any()) is { Key: var twice })
            throw new FormatException($"takes each value once, not '{OptionText.Format(twice)}' twice");
        var list = Array.CreateInstance(_elementType, values.Count);
        for (var i = 0; i < values.Count; i++)
            list.SetValue(values[i], i);
        return list;
    }

    private object ParseOne(string text)
    {
        try
        {
            if (Choices.Count > 0 && !_elementType.IsEnum && !Choices.Contains(text, StringComparer.Ordinal))
                throw new FormatException($"takes {string.Join(", ", Choices)}");
            var value = OptionText.Parse(_elementType, text);
            var number = value is TimeSpan time ? time.TotalSeconds : value is IConvertible and not string and not Enum ? Convert.ToDouble(value, CultureInfo.InvariantCulture) : double.NaN;
            if (_range is not null && !(IsAbove(number, _range) && number <= Limit(_range.Maximum)))
                throw new FormatException($"takes {Limits(_range)}");
            return value;
        }
        catch (FormatException e)
        {
            throw new FormatException($"{e.Message}, not '{text}'", e);
        }
    }

    private static bool IsAbove(double number, RangeAttribute range) =>
        range.MinimumIsExclusive ? number > Limit(range.Minimum) : number >= Limit(range.Minimum);

    // 16 to 16384; over 0 to 1; 2 or more.
    private static string Limits(RangeAttribute range) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{(range.MinimumIsExclusive ? "over " : "")}{range.Minimum}{(range.Maximum is int.MaxValue ? " or more" : $" to {range.Maximum}")}");

    private static double Limit(object limit) => Convert.ToDouble(limit, CultureInfo.InvariantCulture);

    private object? ValueIn(object options) => _path.Aggregate((object?)options, (at, property) => at is null ? null : property.GetValue(at));

    // Records are copied from the inside out; the property has an init accessor, which the language guards and reflection does not.
    private object With(object options, int depth, object value)
    {
        var property = _path[depth];
        var copy = options.GetType().GetMethod("<Clone>$")!.Invoke(options, parameters: null)!;
        property.SetValue(copy, depth == _path.Count - 1 ? value : With(property.GetValue(options)!, depth + 1, value));
        return copy;
    }

    private static IReadOnlyList<string> NamesOf(Type? type) =>
        type is null ? [] : (IReadOnlyList<string>)type.GetProperty("Names", BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!;
}
