namespace Lateen.Engine.Tests.Transport;

using Lateen.Engine.Loop;

public sealed class EpollConnectionTests() : SocketConnectionTests(LoopBackend.Epoll);
