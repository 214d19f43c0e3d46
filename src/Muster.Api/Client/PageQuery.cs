namespace Muster.Api.Client;

/// <summary>Which page of a listing.</summary>
/// <param name="Limit">Items at most, 1 to 1000; the server's default when null.</param>
/// <param name="Cursor">The last page's <see cref="PageView{T}.NextCursor"/>; null for the first page.</param>
public readonly record struct PageQuery(int? Limit = null, string? Cursor = null);
