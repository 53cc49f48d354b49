namespace Lateen.Engine.Tests.Transport;

using Lateen.Engine.Loop;

public sealed class UringConnectionTests() : SocketConnectionTests(LoopBackend.IoUring);
