namespace Muster.Simulators.Libvirt.Wire;

/// <summary>A call that the host refuses.</summary>
/// <param name="code">The number of the error.</param>
/// <param name="message">The whole sentence, as libvirt says it.</param>
internal sealed class RefusalException(int code, string message) : Exception(message)
{
    private const int Domain = 10, Level = 2;

    public const int OperationFailed = 9, InvalidArgument = 8, XmlError = 27, SystemError = 38, Rpc = 39, NoDomain = 42, NoNetwork = 43;
    public const int AuthFailed = 45, NoPool = 49, NoVolume = 50, OperationInvalid = 55, NoMetadata = 80, VolumeExists = 90, Internal = 1;

    /// <summary>The number of the error.</summary>
    public int Code => code;

    /// <summary>A call that cannot be made now.</summary>
    public static RefusalException Invalid(string why) => new(OperationInvalid, $"Requested operation is not valid: {why}");

    /// <summary>As it stands on the wire.</summary>
    public byte[] ToBytes() => new XdrWriter()
        .Int(code).Int(Domain).Maybe(Message).Int(Level)
        .Int(0).Maybe(null).Maybe(null).Maybe(null).Int(0).Int(0).Int(0)
        .Written.ToArray();
}
