namespace Muster.Clouds.Libvirt.Native;

/// <summary>Numbers of errors: <c>virErrorNumber</c> of libvirt's <c>virterror.h</c>, which only ever grows at its end.</summary>
internal static class LibvirtCode
{
    /// <summary><c>VIR_ERR_INTERNAL_ERROR</c>: anything, as told by its sentence.</summary>
    public const int InternalError = 1;

    /// <summary><c>VIR_ERR_NO_MEMORY</c></summary>
    public const int NoMemory = 2;

    /// <summary><c>VIR_ERR_NO_SUPPORT</c>: the driver has no such call.</summary>
    public const int NoSupport = 3;

    /// <summary><c>VIR_ERR_INVALID_ARG</c></summary>
    public const int InvalidArgument = 8;

    /// <summary><c>VIR_ERR_OPERATION_FAILED</c></summary>
    public const int OperationFailed = 9;

    /// <summary><c>VIR_ERR_XML_ERROR</c></summary>
    public const int XmlError = 27;

    /// <summary><c>VIR_ERR_OPERATION_DENIED</c>: the connection may only read.</summary>
    public const int OperationDenied = 29;

    /// <summary><c>VIR_ERR_XML_DETAIL</c></summary>
    public const int XmlDetail = 35;

    /// <summary><c>VIR_ERR_SYSTEM_ERROR</c>: a call of the system failed, there or here.</summary>
    public const int SystemError = 38;

    /// <summary><c>VIR_ERR_RPC</c></summary>
    public const int Rpc = 39;

    /// <summary><c>VIR_ERR_NO_DOMAIN</c></summary>
    public const int NoDomain = 42;

    /// <summary><c>VIR_ERR_NO_NETWORK</c></summary>
    public const int NoNetwork = 43;

    /// <summary><c>VIR_ERR_AUTH_FAILED</c></summary>
    public const int AuthFailed = 45;

    /// <summary><c>VIR_ERR_NO_STORAGE_POOL</c></summary>
    public const int NoPool = 49;

    /// <summary><c>VIR_ERR_NO_STORAGE_VOL</c></summary>
    public const int NoVolume = 50;

    /// <summary><c>VIR_ERR_OPERATION_INVALID</c>: not in this state.</summary>
    public const int OperationInvalid = 55;

    /// <summary><c>VIR_ERR_CONFIG_UNSUPPORTED</c></summary>
    public const int ConfigUnsupported = 67;

    /// <summary><c>VIR_ERR_OPERATION_TIMEOUT</c></summary>
    public const int OperationTimeout = 68;

    /// <summary><c>VIR_ERR_AUTH_CANCELLED</c></summary>
    public const int AuthCancelled = 79;

    /// <summary><c>VIR_ERR_NO_DOMAIN_METADATA</c></summary>
    public const int NoMetadata = 80;

    /// <summary><c>VIR_ERR_OPERATION_UNSUPPORTED</c></summary>
    public const int OperationUnsupported = 84;

    /// <summary><c>VIR_ERR_RESOURCE_BUSY</c></summary>
    public const int ResourceBusy = 87;

    /// <summary><c>VIR_ERR_ACCESS_DENIED</c>: by the host's rules of polkit.</summary>
    public const int AccessDenied = 88;

    /// <summary><c>VIR_ERR_STORAGE_VOL_EXIST</c></summary>
    public const int VolumeExists = 90;

    /// <summary><c>VIR_ERR_XML_INVALID_SCHEMA</c></summary>
    public const int XmlInvalidSchema = 92;

    /// <summary><c>VIR_ERR_AUTH_UNAVAILABLE</c></summary>
    public const int AuthUnavailable = 94;
}
