using Muster.Core;
using Muster.Core.Clouds;

namespace Muster.Clouds.Kit;

/// <summary>A kind whose clouds can be spoken to as each account, with a credential of its own.</summary>
public interface IKindByAccount
{
    /// <summary>Opens a cloud that is spoken to as each account; null where the options say that one credential serves all.</summary>
    /// <exception cref="InputException">At least one option is unknown or wrong; names every one.</exception>
    ICloudByAccount? OpenByAccount(CloudSetup setup);
}
