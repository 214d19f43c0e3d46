namespace Muster.Metrics.Http;

/// <summary>What is asked, and where the number is.</summary>
/// <param name="Url">With placeholders or without.</param>
/// <param name="Pointer">Where the number is, or the numbers.</param>
/// <param name="InstancePointer">In an object of a list, who it is about.</param>
/// <param name="ValuePointer">In an object of a list, its value.</param>
/// <param name="TimePointer">When it was so; null for now.</param>
/// <param name="Headers">What is sent along; null for nothing.</param>
/// <param name="Concurrency">Requests at once.</param>
internal sealed record HttpSourceOptions(
    string Url, string Pointer, string InstancePointer, string ValuePointer, string? TimePointer, HeadersText? Headers, int Concurrency);
