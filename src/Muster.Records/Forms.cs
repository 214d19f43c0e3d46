using System.Collections.Immutable;
using System.Text.Json;

namespace Muster.Records;

/// <summary>Lists and maps of forms.</summary>
public static class Forms
{
    /// <summary>The form of each value.</summary>
    public static TForm[] Of<TForm, TValue>(ImmutableArray<TValue> values)
        where TForm : class, IForm<TForm, TValue>
        where TValue : class => [.. values.Select(TForm.Of)];

    /// <summary>The value of each form.</summary>
    /// <exception cref="JsonException">One of them is nothing.</exception>
    public static ImmutableArray<TValue> ToValues<TForm, TValue>(TForm[] forms)
        where TForm : class, IForm<TForm, TValue>
        where TValue : class => [.. Each(forms).Select(form => form.ToValue())];

    /// <summary>The forms of a list. JSON admits nothing among them, and its reader lets that through.</summary>
    /// <exception cref="JsonException">One of them is nothing.</exception>
    public static IEnumerable<TForm> Each<TForm>(TForm?[] forms)
        where TForm : class => forms.Select(form => form ?? throw new JsonException($"null in a list of {typeof(TForm).Name}"));

    /// <summary>A map, in the order of its keys whatever the culture: the same map comes back in the same order everywhere.</summary>
    public static ImmutableSortedDictionary<string, string> ToMap(Dictionary<string, string> map) =>
        map.Count == 0 ? ImmutableSortedDictionary<string, string>.Empty : map.ToImmutableSortedDictionary(StringComparer.Ordinal);
}
