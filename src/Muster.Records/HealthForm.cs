using System.Text.Json.Serialization;

using Muster.Core.Health;

namespace Muster.Records;

/// <summary>
/// The form of a <see cref="HealthCheck"/>. Whatever has a default is written all the same: a default that changes must not change groups
/// that are there.
/// </summary>
public sealed record HealthForm(
    ProbeKind Kind,
    string Path,
    string Method,
    string Expect,
    bool VerifyTls,
    long IntervalUs,
    long TimeoutUs,
    int HealthyAfter,
    int UnhealthyAfter,
    long GraceUs,
    long BootTimeoutUs,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Port = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Attribute = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Dictionary<string, string>? Headers = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? BodyContains = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Service = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Network = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? BusyHeader = null)
{
    /// <summary>The form; null of no health check.</summary>
    public static HealthForm? Of(HealthCheck? check) => check is null
        ? null
        : new(
            check.Kind,
            check.Path,
            check.Method,
            check.Expect,
            check.VerifyTls,
            Microseconds.From(check.Interval),
            Microseconds.From(check.Timeout),
            check.HealthyAfter,
            check.UnhealthyAfter,
            Microseconds.From(check.Grace),
            Microseconds.From(check.BootTimeout),
            check.Port,
            check.Attribute,
            check.Headers.IsEmpty ? null : new(check.Headers),
            check.BodyContains,
            check.Service,
            check.Network,
            check.BusyHeader);

    /// <summary>The health check of a form, or of nothing.</summary>
    public static HealthCheck? ToValue(HealthForm? form) => form is null
        ? null
        : new HealthCheck
        {
            Kind = form.Kind,
            Port = form.Port,
            Attribute = form.Attribute,
            Path = form.Path,
            Method = form.Method,
            Headers = Forms.ToMap(form.Headers ?? []),
            Expect = form.Expect,
            BodyContains = form.BodyContains,
            VerifyTls = form.VerifyTls,
            Service = form.Service,
            Network = form.Network,
            BusyHeader = form.BusyHeader,
            Interval = Microseconds.ToSpan(form.IntervalUs),
            Timeout = Microseconds.ToSpan(form.TimeoutUs),
            HealthyAfter = form.HealthyAfter,
            UnhealthyAfter = form.UnhealthyAfter,
            Grace = Microseconds.ToSpan(form.GraceUs),
            BootTimeout = Microseconds.ToSpan(form.BootTimeoutUs),
        };
}
