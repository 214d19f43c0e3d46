using System.Collections;
using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Muster.Conformance.Storage;

/// <summary>Compares whole records by content, arrays and maps included, with a difference that can be read.</summary>
public static class Same
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Fails unless every property of both is the same.</summary>
    public static void As<T>(T expected, T actual) =>
        Assert.Equal(JsonSerializer.Serialize(expected, Indented), JsonSerializer.Serialize(actual, Indented));

    /// <summary>Fails unless both hold the same, in the same order.</summary>
    public static void AsEach<T>(IEnumerable<T> expected, IEnumerable<T> actual) => As(expected.ToArray(), actual.ToArray());

    /// <summary>Fails when a property was left at nothing: a round trip of it would prove nothing.</summary>
    public static void EnsureFilled<T>(T record, params string[] except)
        where T : class
    {
        var empty = typeof(T).GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.SetMethod is not null && !except.Contains(property.Name))
            .Where(property => IsNothing(property.GetValue(record), property.PropertyType))
            .Select(property => property.Name);
        Assert.Empty(empty);
    }

    private static bool IsNothing(object? value, Type type) =>
        value is null
        || (value is IEnumerable items && !items.Cast<object>().Any())
        || (type.IsValueType && value.Equals(Activator.CreateInstance(type)));
}
