namespace Muster.Cli.Arguments;

/// <summary>An option or argument that names something at the server.</summary>
internal interface IOffersNames
{
    /// <summary>What it names: <c>group</c>, <c>template</c>, <c>cloud</c>, <c>token</c> or <c>account</c>.</summary>
    string Named { get; }
}
