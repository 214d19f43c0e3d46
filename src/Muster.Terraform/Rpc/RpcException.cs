namespace Muster.Terraform.Rpc;

/// <summary>A call that cannot be answered; the caller is told the status and the message.</summary>
internal sealed class RpcException(RpcStatus status, string message) : Exception(message)
{
    public RpcStatus Status => status;
}
