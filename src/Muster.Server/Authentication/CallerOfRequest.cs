namespace Muster.Server.Authentication;

/// <summary>Hands the caller from the gate to the handlers.</summary>
public static class CallerOfRequest
{
    private static readonly object Key = new();
    private static readonly object WorkloadKey = new();

    /// <summary>Keeps whom a request is from, for its handlers and for the log.</summary>
    public static void SetCaller(this HttpContext http, Caller caller)
    {
        ArgumentNullException.ThrowIfNull(http);
        http.Items[Key] = caller;
    }

    /// <summary>Whom a request is from.</summary>
    /// <exception cref="InvalidOperationException">The endpoint is open to all: it has no caller.</exception>
    internal static Caller Caller(this HttpContext http) =>
        http.CallerOrNull() ?? throw new InvalidOperationException("this endpoint has no caller");

    /// <summary>The caller, if the request came as far as the gate.</summary>
    internal static Caller? CallerOrNull(this HttpContext http) => http.Items[Key] as Caller;

    internal static void SetWorkload(this HttpContext http, IWorkload workload) => http.Items[WorkloadKey] = workload;

    /// <summary>The program that checks levels elsewhere, if it is one and came as far as its gate.</summary>
    internal static IWorkload? WorkloadOrNull(this HttpContext http) => http.Items[WorkloadKey] as IWorkload;
}
