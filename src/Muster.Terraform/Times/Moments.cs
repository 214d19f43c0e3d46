using System.Globalization;

namespace Muster.Terraform.Times;

/// <summary>Points in time as Terraform's own functions read them: RFC 3339, in UTC.</summary>
internal static class Moments
{
    public static string Write(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
