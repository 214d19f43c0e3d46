namespace Muster.Terraform.Logs;

/// <summary>How much a line matters; Terraform's own levels.</summary>
internal enum PluginLogLevel
{
    /// <summary>Every step.</summary>
    Trace,

    /// <summary>Every request.</summary>
    Debug,

    /// <summary>What somebody who waits wants to know.</summary>
    Info,

    /// <summary>What went wrong and was overcome.</summary>
    Warn,

    /// <summary>What went wrong.</summary>
    Error,

    /// <summary>Nothing.</summary>
    Off,
}
