package watch

import "golang.org/x/sys/unix"

// silentTypes are file systems whose files change without an event on this
// machine, by the type that statfs gives (statfs(2), linux/magic.h).
var silentTypes = map[uint32]string{
	unix.SMB_SUPER_MAGIC:  "SMB",
	unix.SMB2_SUPER_MAGIC: "SMB",
	unix.CIFS_SUPER_MAGIC: "SMB",
	unix.NFS_SUPER_MAGIC:  "NFS",
	unix.FUSE_SUPER_MAGIC: "FUSE",
	unix.V9FS_MAGIC:       "9P",
	unix.AFS_SUPER_MAGIC:  "AFS",
	unix.AFS_FS_MAGIC:     "AFS",
	unix.CODA_SUPER_MAGIC: "Coda",
	unix.NCP_SUPER_MAGIC:  "NCP",
	unix.CEPH_SUPER_MAGIC: "Ceph",
	0x0BD00BD0:            "Lustre",
	0x01161970:            "GFS2",
	0x47504653:            "GPFS",
	0x786F4256:            "vboxsf",
	0xBACBACBC:            "hgfs",
	0x7C7C6673:            "prl_fs",
}

// remote names the file system of a folder, where it is one that gives no events.
func remote(dir string) (name string, ok bool) {
	var st unix.Statfs_t
	if err := unix.Statfs(dir, &st); err != nil {
		return "", false
	}
	name, ok = silentTypes[uint32(st.Type)]
	return name, ok
}
