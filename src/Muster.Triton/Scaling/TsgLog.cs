using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Reconciling;

namespace Muster.Triton.Scaling;

/// <summary>
/// Writes what happened in the lines of the original, and its errors too: the original made lines for them and never wrote them.
/// </summary>
/// <param name="output">Where to.</param>
/// <param name="timeProvider">The clock.</param>
public sealed class TsgLog(TextWriter output, TimeProvider timeProvider)
{
    private const string Difference = "due to a difference between the expected and actual instance count";

    // People read it, and nothing of it ends up in HTML.
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Warns of something that concerns the run and no single machine.</summary>
    public void Warn(string message) => Write(new() { Level = "warn", Time = Now, Message = message });

    /// <summary>The run fails as a whole.</summary>
    public void Unable(string error) => Write(new() { Level = "error", Error = error, Time = Now, Message = "unable to run" });

    /// <summary>A machine that the original made is Muster's from now on.</summary>
    public void Adopted(TsgScaleRequest request, InstanceId instance) => Write(Line(request, isGood: true, "ADOPT") with
    {
        Description = $"Adopted instance {instance}",
        Message = "An instance of the original service was taken over; it was neither launched nor terminated",
    });

    /// <summary>What a level check did.</summary>
    public void Write(TsgScaleRequest request, CheckReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        foreach (var activity in report.Activities)
        {
            if (Of(request, report, activity) is { } line)
            {
                Write(line);
            }
        }
    }

    private string Now => MomentText.Format(timeProvider.GetUtcNow());

    private TsgLogLine? Of(TsgScaleRequest request, CheckReport report, Activity activity)
    {
        var isGood = activity.Status is ActivityStatus.Succeeded;
        return (activity.Type, isGood) switch
        {
            (ActivityType.Launch, true) => Line(request, isGood, "LAUNCH") with
            {
                Description = $"Launching new instance {activity.Instance}",
                Message = $"An instance was created {Difference}",
            },
            (ActivityType.Launch, false) when activity.Instance is { } dead => Line(request, isGood, "LAUNCH_ERROR") with
            {
                Description = $"Instance {dead} died soon after its launch",
                Error = activity.Description,
                Message = "An earlier run created an instance, and it died",
            },
            (ActivityType.Launch, false) => Line(request, isGood, "LAUNCH_ERROR") with
            {
                Description = "Error launching new instance",
                Error = activity.Description,
                Message = "An instance was not created",
            },
            (ActivityType.Terminate, true) => Line(request, isGood, "TERMINATE") with
            {
                Level = null,
                Description = $"Terminating instance {activity.Instance}",
                Message = $"An instance was deleted {Difference}",
            },
            (ActivityType.Terminate, false) => Line(request, isGood, "TERMINATE_ERROR") with
            {
                Description = $"Error deleting instance {activity.Instance}",
                Error = activity.Description,
                Message = "An instance was not deleted",
            },
            (ActivityType.NoOp, _) => Line(request, isGood: true, "NO_OP") with
            {
                Description = string.Create(
                    CultureInfo.InvariantCulture,
                    $"Expected {request.Count} instances in TSG: \"{request.Group}\" - found {report.State.Counts.Live} instances"),
                Message = "TSG is healthy",
            },
            (ActivityType.Hold or ActivityType.Error, _) => new()
            {
                Level = "error",
                AccountName = request.Account,
                TsgName = request.Group,
                Status = "failed",
                Error = activity.Description,
                Time = Now,
                Message = "unable to run",
            },
            _ => null,
        };
    }

    private TsgLogLine Line(TsgScaleRequest request, bool isGood, string type) => new()
    {
        Level = isGood ? "info" : "error",
        AccountName = request.Account,
        TsgName = request.Group,
        Status = isGood ? "successful" : "failed",
        NotificationType = $"TSG_INSTANCE_{type}",
        Time = Now,
        Message = "",
    };

    private void Write(TsgLogLine line)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Readable))
        {
            line.Write(json);
        }

        output.WriteLine(Encoding.UTF8.GetString(buffer.WrittenSpan));
    }
}
