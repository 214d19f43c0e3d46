namespace Muster.Cli.Simulating;

/// <summary>Clouds that <c>muster dev</c> can pretend.</summary>
internal enum SimulatedCloud
{
    /// <summary>A CloudAPI.</summary>
    Triton,
}
