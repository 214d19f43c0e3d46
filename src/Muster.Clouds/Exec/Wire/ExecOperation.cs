namespace Muster.Clouds.Exec.Wire;

/// <summary>The operations, as they are written.</summary>
internal static class ExecOperation
{
    public const string Describe = "describe";
    public const string List = "list";
    public const string Launch = "launch";
    public const string Terminate = "terminate";
    public const string Check = "check";
    public const string Watch = "watch";
    public const string Zones = "zones";
    public const string Prices = "prices";
}
