namespace Muster.Api;

/// <summary>One page of a listing.</summary>
/// <typeparam name="T">What is listed.</typeparam>
public sealed record PageView<T>
{
    /// <summary>In order.</summary>
    public required IReadOnlyList<T> Items { get; init; }

    /// <summary>Ask with <c>?cursor=</c> this for the next page; null on the last one.</summary>
    public string? NextCursor { get; init; }
}
