namespace Muster.Core.Clouds;

/// <summary>A cloud that can say of itself that it works less well than it should, though it works.</summary>
public interface IImpairable
{
    /// <summary>What is not as it should be, in words for whoever runs the server; null when all is.</summary>
    string? Impairment { get; }
}
