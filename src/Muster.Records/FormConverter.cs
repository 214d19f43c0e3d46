using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Muster.Records;

/// <summary>A value of the domain as its form, wherever it stands in a message.</summary>
public sealed class FormConverter<TValue, TForm> : JsonConverter<TValue>
    where TForm : class, IForm<TForm, TValue>
    where TValue : class
{
    private static readonly JsonTypeInfo<TForm> FormType = (JsonTypeInfo<TForm>)(FormsJson.Default.GetTypeInfo(typeof(TForm))
        ?? throw new InvalidOperationException($"FormsJson does not name {typeof(TForm).Name}"));

    /// <inheritdoc/>
    public override TValue Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var form = JsonSerializer.Deserialize(ref reader, FormType)
            ?? throw new JsonException($"null where a {typeof(TValue).Name} belongs");
        try
        {
            return form.ToValue();
        }
        catch (Exception error) when (error is ArgumentException or OverflowException)
        {
            // A number of the right kind that no instant or span has.
            throw new JsonException($"no {typeof(TValue).Name}: {error.Message}", error);
        }
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, TValue value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, TForm.Of(value), FormType);
}
