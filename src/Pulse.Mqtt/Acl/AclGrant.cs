namespace Pulse.Mqtt;

[Flags]
internal enum AclGrant
{
    Deny = 0,
    Read = 1,
    Write = 2,
    ReadWrite = Read | Write,
}
