namespace Muster.Simulators.Triton.Requests;

/// <summary>A request that CloudAPI refuses.</summary>
internal sealed class RefusedException(int status, string code, string message, string? wrongField = null, string? fieldCode = null)
    : Exception(message)
{
    public int Status => status;

    public string Code => code;

    /// <summary>The wrong field; null when it is not about one.</summary>
    public string? Field => wrongField;

    public string? FieldCode => fieldCode;
}
