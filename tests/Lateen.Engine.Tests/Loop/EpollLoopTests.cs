namespace Lateen.Engine.Tests.Loop;

using Lateen.Engine.Loop;

public sealed class EpollLoopTests() : SocketLoopTests(LoopBackend.Epoll);
