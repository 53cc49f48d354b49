namespace Lateen.Engine.Tests.Support;

using Lateen.Engine.Transport;

internal sealed class DelegateAcceptHandler(Action<Connection> accept) : AcceptHandler
{
    public override void OnAccepted(Connection connection) => accept(connection);
}
