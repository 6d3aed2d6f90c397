// SPDX-License-Identifier: Apache-2.0
// This example needs a virtual machine and minutes: mvn verify -Dcrossbuild.it.vm=true -Dcrossbuild.it.long=true
return virtualMachines == 'true' && Boolean.getBoolean('crossbuild.it.long')
