namespace Muster.Terraform.Rpc;

/// <summary>How a gRPC call ended, as far as this side says it. The numbers are the protocol's.</summary>
internal enum RpcStatus
{
    Ok = 0,

    /// <summary>The method threw something that it should not.</summary>
    Unknown = 2,

    /// <summary>The caller names something that there is not.</summary>
    InvalidArgument = 3,

    /// <summary>The message is larger than what is taken.</summary>
    ResourceExhausted = 8,

    /// <summary>There is no such method, or the message is compressed in a way that nobody was offered.</summary>
    Unimplemented = 12,

    /// <summary>The body is no message.</summary>
    Internal = 13,
}
