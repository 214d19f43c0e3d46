using System.Collections.Immutable;
using System.Globalization;

namespace Muster.Clouds.Ec2.Wire;

/// <summary>The parameters of a call in Amazon's Query protocol, where lists are numbered: <c>Filter.1.Value.2</c>.</summary>
internal sealed class QueryForm
{
    private readonly SortedDictionary<string, string> _fields = new(StringComparer.Ordinal);

    /// <param name="action">What is asked: <c>RunInstances</c>.</param>
    /// <param name="version">Of which version of the API.</param>
    public QueryForm(string action, string version)
    {
        Action = action;
        _fields["Action"] = action;
        _fields["Version"] = version;
    }

    /// <summary>What is asked.</summary>
    public string Action { get; }

    /// <summary>The parameters, sorted.</summary>
    public IReadOnlyDictionary<string, string> Fields => _fields;

    /// <summary>Adds a parameter, unless it has no value.</summary>
    public QueryForm Add(string name, string? value)
    {
        if (value is not null)
        {
            _fields.Add(name, value);
        }

        return this;
    }

    /// <summary>Adds a number, unless there is none.</summary>
    public QueryForm Add(string name, int? value) => Add(name, value?.ToString(CultureInfo.InvariantCulture));

    /// <summary>Adds a truth value, unless there is none.</summary>
    public QueryForm Add(string name, bool? value) => Add(name, value is { } truth ? (truth ? "true" : "false") : null);

    /// <summary>Adds a list: <c>name.1</c>, <c>name.2</c>.</summary>
    public QueryForm AddAll(string name, IEnumerable<string> values)
    {
        var number = 0;
        foreach (var value in values)
        {
            Add(string.Create(CultureInfo.InvariantCulture, $"{name}.{++number}"), value);
        }

        return this;
    }

    /// <summary>Adds filters, all of which must fit; a filter fits by any of its values.</summary>
    public QueryForm Filter(params IEnumerable<(string Name, ImmutableArray<string> Values)> filters)
    {
        var number = 0;
        foreach (var (name, values) in filters)
        {
            var prefix = string.Create(CultureInfo.InvariantCulture, $"Filter.{++number}");
            Add($"{prefix}.Name", name);
            AddAll($"{prefix}.Value", values);
        }

        return this;
    }

    /// <summary>The form as it is sent, and as it is signed: RFC 3986, sorted by name.</summary>
    public string Encode() =>
        string.Join('&', _fields.Select(field => $"{Uri.EscapeDataString(field.Key)}={Uri.EscapeDataString(field.Value)}"));
}
