namespace Lateen.Engine.Native;

/// <summary>Reads what was offered to a session, while it is there.</summary>
internal interface IOpenSslInput
{
    void OnInput();
}
