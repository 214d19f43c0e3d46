using System.Globalization;
using System.Net;

namespace Muster.Clouds.Ec2;

/// <summary>A target: an instance and the port on which it gets traffic. One instance may be several targets of a target group.</summary>
/// <param name="Instance">The instance's id.</param>
/// <param name="Port">The port, 1 to 65535.</param>
internal readonly record struct Target(string Instance, int Port)
{
    /// <summary>Reads one as <see cref="ToString"/> writes it; null where it is none.</summary>
    public static Target? Parse(string text) =>
        text.Split(':') is [var instance, var port] && Ec2States.IsId(instance)
        && int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number is >= 1 and <= IPEndPoint.MaxPort
            ? new(instance, number)
            : null;

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Instance}:{Port}");
}
