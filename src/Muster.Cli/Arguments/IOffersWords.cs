namespace Muster.Cli.Arguments;

/// <summary>An option or argument of which a shell can offer every value there is.</summary>
internal interface IOffersWords
{
    /// <summary>The words.</summary>
    IEnumerable<string> Offered { get; }
}
