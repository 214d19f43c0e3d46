using System.Text.Json.Serialization;

namespace Muster.Remote.Wire;

/// <summary>A choice as one of its words; a number could be one that means nothing.</summary>
public sealed class WordConverter<TEnum>() : JsonStringEnumConverter<TEnum>(namingPolicy: null, allowIntegerValues: false)
    where TEnum : struct, Enum;
