using Muster.Clouds.Local.Native;
using Muster.Core.Clouds;

namespace Muster.Clouds.Local.Life;

/// <summary>Puts what the system refused into the cloud port's words.</summary>
internal static class Failures
{
    /// <summary>Translates a failure before anything was started.</summary>
    /// <param name="error">Its <c>HResult</c> is the system's error number, .NET's own included.</param>
    /// <param name="what">What it was about; starts the sentence.</param>
    public static CloudException Translate(Exception error, string what)
    {
        var number = error.HResult;
        var (kind, why) = error switch
        {
            UnauthorizedAccessException => (CloudErrorKind.Unauthorized, "Muster's user may not do this"),
            _ when number == LibC.ErrorAgain => (CloudErrorKind.QuotaExceeded, "the limit of processes is reached"),
            _ when number == LibC.ErrorNoMemory => (CloudErrorKind.OutOfStock, "the machine has no memory left"),
            _ when number == LibC.ErrorTooBig => (CloudErrorKind.InvalidRequest, "command line, metadata and tags are too long together"),
            _ when number is LibC.ErrorFilesInProcess or LibC.ErrorFilesInSystem => (CloudErrorKind.Unavailable, "too many files are open"),
            _ when number == LibC.ErrorNoSpace || number == LibC.ErrorDiskQuota => (CloudErrorKind.Unavailable, "the disk is full"),
            _ => (CloudErrorKind.Unavailable, "the system refused"),
        };
        return new CloudException(kind, $"{what}: {why} ({error.Message})", innerException: error);
    }
}
