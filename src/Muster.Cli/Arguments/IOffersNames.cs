namespace Muster.Cli.Arguments;

/// <summary>An option or argument that names something at the server.</summary>
internal interface IOffersNames
{
    /// <summary>
    /// What it names: <c>group</c>, <c>template</c>, <c>cloud</c>, <c>token</c>, <c>account</c> or <c>instance</c>; of the
    /// group that the line names, <c>placement</c>, one that is in use, or <c>evacuated placement</c>.
    /// </summary>
    string Named { get; }
}
